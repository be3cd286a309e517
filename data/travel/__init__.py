"""Times by road from town hall to town hall: computed once, kept as one file, read by the questions.

`osrm` asks a router, `roads` and `road_graph` read an OpenStreetMap extract; `building` computes by parts and
takes up where it was stopped; `matrix` is the file; `stored` finds it.
"""
