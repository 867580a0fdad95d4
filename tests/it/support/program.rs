//! The program itself as a process, for what only a process can show: signals, exit codes, standard output.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

/// A running `cloakroom`, killed when dropped.
pub struct Program {
    child: Child,
    lines: Receiver<String>,
}

/// The command with nothing of this environment but what is given.
pub fn command(arguments: &[&str], settings: &HashMap<String, String>, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cloakroom"));
    command.args(arguments).env_clear().envs(settings).current_dir(folder);
    command
}

/// Runs to its end, with a standard input.
pub fn run(arguments: &[&str], settings: &HashMap<String, String>, folder: &Path, input: &str) -> Output {
    let mut command = command(arguments, settings, folder);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    // It may end without having read anything.
    let _ = child.stdin.take().expect("an input").write_all(input.as_bytes());
    child.wait_with_output().expect("it ends")
}

impl Program {
    pub fn start(arguments: &[&str], settings: &HashMap<String, String>, folder: &Path) -> Self {
        let mut command = command(arguments, settings, folder);
        command.stderr(Stdio::null());
        Self::spawn(command)
    }

    /// A process that may have so many files and connections open, and no more.
    pub fn start_with_descriptors(count: u32, settings: &HashMap<String, String>, folder: &Path) -> Self {
        let mut shell = Command::new("bash");
        let line = format!("ulimit -n {count} && exec \"$0\"");
        shell.args(["-c", &line, env!("CARGO_BIN_EXE_cloakroom")]).env_clear().envs(settings).current_dir(folder);
        shell.stderr(Stdio::null());
        Self::spawn(shell)
    }

    /// The app, or another command, on a disk that can be made full, by [`Program::let_files_grow_to`]; what it logs is in `log`.
    pub fn start_on_a_small_disk(arguments: &[&str], settings: &HashMap<String, String>, folder: &Path) -> Self {
        let mut shell = Command::new("sh");
        // Without the trap the kernel would end the process rather than fail its write.
        shell.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_cloakroom")]).args(arguments);
        shell.env_clear().envs(settings).current_dir(folder);
        shell.stderr(std::fs::File::create(folder.join("log")).expect("a log"));
        Self::spawn(shell)
    }

    /// No file may grow beyond so many bytes from now on; `None`: any size.
    pub fn let_files_grow_to(&self, bytes: Option<u64>) {
        let limit = bytes.map_or_else(|| "unlimited".to_owned(), |bytes| bytes.to_string());
        let mut prlimit = Command::new("prlimit");
        prlimit.args(["--pid", &self.child.id().to_string(), &format!("--fsize={limit}:unlimited")]);
        assert!(prlimit.status().expect("prlimit runs").success());
    }

    /// Starts a command that is set up already; its standard error goes where the command says.
    pub fn spawn(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("it starts");
        let (sender, lines) = channel();
        let output = BufReader::new(child.stdout.take().expect("an output"));
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines }
    }

    /// Waits for a line that begins like this; what follows, up to a space.
    pub fn wait_for(&self, beginning: &str) -> String {
        self.is_told(beginning).unwrap_or_else(|| panic!("it never said “{beginning}”"))
    }

    /// Waits for a line that begins like this, or for its end; what follows, up to a space.
    pub fn is_told(&self, beginning: &str) -> Option<String> {
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(60)).ok()?;
            if let Some(rest) = line.trim().strip_prefix(beginning) {
                return Some(rest.split(' ').next().unwrap_or_default().to_owned());
            }
        }
    }

    /// Sends a signal by its name, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for its end.
    pub fn wait(mut self) -> ExitStatus {
        self.child.wait().expect("ended")
    }

    /// Its end, which it is asked for if it did not come yet.
    pub fn end(self) -> ExitStatus {
        let _ = Command::new("kill").args(["-TERM", &self.id().to_string()]).stderr(Stdio::null()).status();
        self.wait()
    }

    /// The memory that it has now, as the kernel counts it.
    pub fn resident_mib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a size");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1_024
    }

    /// SIGKILL: it cannot say goodbye.
    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
