"""The national address service (Géoplateforme), asked politely and not believed blindly.

Three floors: `provider` says what we want of it, `service` and `bulk` what it says, `transport` how we ask.
"""
