"""Folium pages and print sheets: maps draw the records they are handed."""
