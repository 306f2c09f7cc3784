import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // two cores, and a Python program is a process of its own
    poolOptions: { forks: { maxForks: 2, minForks: 1 } },
    pool: "forks",
  },
})
