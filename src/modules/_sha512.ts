import { hashModule } from "./hash/module.ts"
import { hashType } from "./hash/object.ts"

// Modules/sha512module.c

hashModule("_sha512", [
  ["sha384", "SHA384Type", hashType("_sha512.sha384")],
  ["sha512", "SHA512Type", hashType("_sha512.sha512")],
])
