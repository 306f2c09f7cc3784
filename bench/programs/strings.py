def main():
    parts = [str(i) for i in range(100_000)]
    text = ",".join(parts)
    return len(text), text.count("9"), len(text.split(",")), text.replace("1", "one").find("one9")
