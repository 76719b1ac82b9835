"""Watching: alarms, whom they tell, and one dashboard."""
