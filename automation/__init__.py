"""Make it so: intent, configuration, plan, apply, verify, confirm or roll back."""
