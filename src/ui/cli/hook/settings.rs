//! Whether changed settings of the agent still let plangate guard.

use std::env;
use std::path::Path;

use serde_json::Value;

use crate::intercept::hook::{HookReply, install};
use crate::model::Mode;

use super::Door;

/// Variables by which the hook finds its data, the person's rules and its own program, or takes its agent for the person.
const LEADING: [&str; 12] = [
    "PLANGATE_HOME",
    "XDG_STATE_HOME",
    "HOME",
    "PLANGATE_APPROVAL",
    "PLANGATE_SESSION",
    "XDG_CONFIG_HOME",
    "PATH",
    "LD_PRELOAD",
    "LD_LIBRARY_PATH",
    "BASH_ENV",
    "CLAUDE_CONFIG_DIR",
    "CLAUDE_PROJECT_DIR",
];

impl Door {
    /// While a regime restricts, settings that would take the guard away do not take effect.
    pub(super) fn config_change(&self, changed: Option<&Path>) -> HookReply {
        if self.session.mode == Mode::Build || self.still_guarded(changed) {
            return HookReply::Pass;
        }
        HookReply::RefuseConfigChange {
            text: format!(
                "plangate: settings that take its hook away do not take effect in {} mode; leave it with /mode build",
                self.session.mode
            ),
        }
    }

    /// Whether some settings file still installs the hook and none switches hooks off.
    fn still_guarded(&self, changed: Option<&Path>) -> bool {
        let project = self.session.root.join(".claude");
        let mut files = vec![project.join("settings.json"), project.join("settings.local.json")];
        files.extend(env::var_os("HOME").map(|home| Path::new(&home).join(".claude/settings.json")));
        files.extend(changed.map(Path::to_owned));
        let texts: Vec<String> = files.iter().filter_map(|file| std::fs::read_to_string(file).ok()).collect();
        let settings: Vec<Value> = texts.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
        let switches = ["disableAllHooks", "allowManagedHooksOnly"];
        let on = |settings: &Value| switches.iter().any(|switch| settings[*switch] == Value::Bool(true));
        let disabled = settings.iter().any(on);
        let led_astray =
            settings.iter().any(|settings| LEADING.iter().any(|name| leads_elsewhere(name, &settings["env"][name])));
        !disabled && !led_astray && settings.iter().any(|settings| install::guards(settings, is_this_program))
    }
}

/// Whether settings name the program that runs, by its path or as the one on the search path.
fn is_this_program(named: &str) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    let own = env::current_exe().ok().and_then(|own| real(&own));
    !named.is_empty() && (!named.contains('/') || own.is_some() && real(Path::new(named)) == own)
}

/// Whether settings give a variable another value than it has now.
fn leads_elsewhere(name: &str, value: &Value) -> bool {
    value.as_str().is_some_and(|value| env::var(name).ok().as_deref() != Some(value))
}
