//! `token`: approval tokens for a person's scripts.

use chrono::Duration;
use clap::Subcommand;

use super::super::consent::ask;
use super::super::flags::Answer;
use super::{CommandError, Context, Exit};
use crate::model::Digest;

/// Make, list and revoke approval tokens.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a token; it is printed once, alone on the last line. Needs a terminal.
    New {
        /// What it is for.
        #[arg(long, default_value = "")]
        label: String,
        /// How long it works, in minutes.
        #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=43_200))]
        minutes: u32,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
    /// List the tokens that were made; the tokens themselves are not kept.
    List,
    /// Revoke a token by its number.
    Revoke {
        /// Its number in the list.
        id: i64,
    },
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        match &self.action {
            Action::New { label, minutes, yes } => new(context, label, *minutes, Answer::by_flag(*yes)),
            Action::List => list(context),
            Action::Revoke { id } => revoke(context, *id),
        }
    }
}

fn new(context: &mut Context<'_>, label: &str, minutes: u32, answer: Answer) -> Result<Exit, CommandError> {
    // A token never begets a token: only the terminal proves the person here.
    context.person_at_terminal()?;
    if answer == Answer::Asked && !ask(&format!("Make a token that can approve plans for {minutes} minutes?"))? {
        return Err(CommandError::refused("no token was made"));
    }
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|e| CommandError::new(Exit::Failed, format!("no randomness: {e}")))?;
    let token = format!("pgt_{}", hex::encode(secret));
    let now = context.manager.now();
    let expires = now + Duration::minutes(i64::from(minutes));
    let id = context.manager.store().add_token(Digest::of(token.as_bytes()), label, now, expires)?;
    context.line(format!(
        "Token {id} works for {minutes} minutes; pass it in PLANGATE_APPROVAL. It is not shown again."
    ))?;
    context.line(token)?;
    Ok(Exit::Done)
}

fn list(context: &mut Context<'_>) -> Result<Exit, CommandError> {
    let tokens = context.manager.store().tokens()?;
    if tokens.is_empty() {
        context.line("There are no tokens.")?;
    }
    for token in tokens {
        let state = match token.revoked_at {
            Some(at) => format!("revoked {at}"),
            None => format!("expires {}", token.expires_at),
        };
        context.row(format!("{:>4}  made {}  {state}  {}", token.id, token.created_at, token.label))?;
    }
    Ok(Exit::Done)
}

fn revoke(context: &mut Context<'_>, id: i64) -> Result<Exit, CommandError> {
    if context.manager.store().revoke_token(id, context.manager.now())? {
        context.line(format!("Token {id} no longer works."))?;
        Ok(Exit::Done)
    } else {
        Err(CommandError::usage(format!("there is no working token {id}")).hint("`plangate token list` shows them"))
    }
}
