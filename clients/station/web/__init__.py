"""The station as a web application: on loopback for one computer, or behind a TLS proxy of the organisation's own."""
