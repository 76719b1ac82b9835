"""Events: S3 notifications, EventBridge rules and their targets, schedules."""
