"""The geocoder of this machine: where its address index is, and the recipe of its parts."""

from data.geocoder_recipe import GeocoderRecipe
from data.geocoding_settings import INDEX_FILE_NAME, GeocodingSettings, locate_index

__all__ = ["INDEX_FILE_NAME", "GeocoderRecipe", "GeocodingSettings", "locate_index"]
