"""How the Dutch pipeline is made: templates, lists, generator and trainer. Nothing here is needed at run time."""
