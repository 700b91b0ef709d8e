"""Rules of the suggestion box (意见箱) and the mothers' council (议事会)."""
