"""How fast, how small, how light: measured on generated scenarios, beside other tools."""
