"""The kiosk: a touch terminal for people who do not want to use their own device."""
