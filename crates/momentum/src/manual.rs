//! What a system is given to know the program by: completions for shells, and manual pages.

use std::{fs, io, path::Path};

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::Shell;

use crate::Cli;

/// Prints the completions for a shell.
pub fn print_completions(shell: Shell) {
    clap_complete::generate(shell, &mut Cli::command(), "momentum", &mut io::stdout());
}

/// Writes a manual page of the program, and one of each subcommand.
pub fn write_pages(folder: &Path) -> anyhow::Result<()> {
    let written = || {
        fs::create_dir_all(folder)?;
        clap_mangen::generate_to(Cli::command(), folder)
    };
    written().with_context(|| format!("cannot write manual pages into {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_page_of_the_program_and_of_each_subcommand() {
        let folder = tempfile::tempdir().expect("a folder");
        let pages = folder.path().join("man1");
        write_pages(&pages).expect("written");
        let page = fs::read_to_string(pages.join("momentum.1")).expect("the program's page");
        assert!(page.contains("momentum\\-verify(1)"), "{page}");
        for subcommand in Cli::command().get_subcommands() {
            let name = format!("momentum-{}.1", subcommand.get_name());
            assert!(pages.join(&name).is_file(), "{name}");
        }
    }

    #[test]
    fn every_shell_is_helped() {
        Cli::command().debug_assert();
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let mut script = vec![];
            clap_complete::generate(shell, &mut Cli::command(), "momentum", &mut script);
            assert!(String::from_utf8(script).expect("UTF-8").contains("rebuild"), "{shell}");
        }
    }
}
