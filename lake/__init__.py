"""Floor 0: settings, the lake's folders and schemas, and the only code that attaches the lake."""
