from math import nosuchthing
