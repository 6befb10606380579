"""Open formats made from what is public: the decision trace as one JSON document."""
