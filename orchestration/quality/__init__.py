"""Gates: Great Expectations suites over frames read from the lake. A failed gate publishes nothing."""
