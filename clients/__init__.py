"""What runs at the partners: the Python client, the station, and the sources of the live view."""
