//! `pegcount-wasm-glue FILE.wasm FOLDER NAME`: writes `NAME.js`, `NAME.d.ts` and `NAME_bg.wasm` into a folder.

mod panics;

use std::error::Error;

use walrus::Module;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<(), Box<dyn Error>> {
    let [file, folder, name] =
        std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| "FILE FOLDER NAME")?;
    let mut module = Module::from_file(file)?;
    panics::silence(&mut module)?;
    Bindgen::new()
        .input_module(&name, module)
        .web(true)?
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        // The package names its files itself: bundlers must find the reference in its own code.
        .omit_default_module_path(true)
        .generate(folder)?;
    Ok(())
}
