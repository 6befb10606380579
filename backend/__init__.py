"""Mach mit: the domain and its citizen, API and live surfaces. `main.create_app` wires everything."""
