"""The programs of the server edition, run on this machine: PostgreSQL, the site, the proxy in front."""
