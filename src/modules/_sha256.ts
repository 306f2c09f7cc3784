import { hashModule } from "./hash/module.ts"
import { hashType } from "./hash/object.ts"

// Modules/sha256module.c

hashModule("_sha256", [
  ["sha224", "SHA224Type", hashType("_sha256.sha224")],
  ["sha256", "SHA256Type", hashType("_sha256.sha256")],
])
