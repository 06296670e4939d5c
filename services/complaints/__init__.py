"""The complaints desk: every complaint through the stages a to i of the Tarik 2 procedure."""
