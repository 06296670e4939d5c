"""Clinical clusters 2 to 4, emergency and delivery rooms: from the call to the diagnosis."""
