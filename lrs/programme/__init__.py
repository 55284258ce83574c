"""Who must complete what, by when: the programme, its versions, and the obligations it makes."""
