print("pipeloom")
