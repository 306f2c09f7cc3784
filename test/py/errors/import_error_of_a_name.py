from sys import nosuchthing
