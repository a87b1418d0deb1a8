//! Writes the Kotlin and Swift side of `bindings-uniffi`, from the library itself.

fn main() {
    uniffi::uniffi_bindgen_main();
}
