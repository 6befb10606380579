"""The demonstration: a fictional county with two finished procedures, an open one and a meeting under way."""
