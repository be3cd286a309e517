"""The register as OGC API – Features: what QGIS, GDAL and their likes open as a layer."""
