//! Words that name things or describe them and lead no tool's name as a verb.

use super::name::Word;
use super::verbs::{Class, class};

/// True for a word that is a thing for certain: a listed one, a plural, one that its ending makes a noun, or letters
/// that no verb is spelled with.
pub(super) fn is_known(word: &Word) -> bool {
    let text = word.text.as_str();
    // `place` in `place_details` is a verb elsewhere.
    let settled = class(text) != Class::Noun;
    let formed = is_plural(text) || is_noun_by_ending(text) || is_abbreviation(text) || is_compound(text);
    word.class == Class::Noun && (settled || is_listed(text) || formed)
}

fn is_listed(word: &str) -> bool {
    THINGS.binary_search(&word).is_ok()
}

/// `orders`, `queries`; no tool speaks of itself in the third person.
fn is_plural(word: &str) -> bool {
    word.strip_suffix('s').is_some_and(|stem| stem.len() >= 2 && !stem.ends_with(['s', 'u', 'i']))
}

/// `subscription`, `deployment`, `availability`.
fn is_noun_by_ending(word: &str) -> bool {
    ENDINGS.iter().any(|ending| word.len() >= ending.len() + 3 && word.ends_with(ending))
}

/// `pg`, `dns`, the `k` of `k8s`.
fn is_abbreviation(word: &str) -> bool {
    word.len() == 1 || !word.contains(['a', 'e', 'i', 'o', 'u', 'y'])
}

/// `servicebus`, `fileshare`.
fn is_compound(word: &str) -> bool {
    let part = |part: &str| part.len() >= 3 && is_listed(part);
    word.is_ascii() && (3..word.len()).any(|at| part(&word[..at]) && part(&word[at..]))
}

const ENDINGS: &[&str] = &[
    "ability", "ance", "ator", "ence", "ency", "graphy", "ibility", "ics", "ility", "ism", "itude", "ivity", "logy",
    "ment", "ness", "ship", "sion", "tion", "ware",
];

/// Common things and what describes them, in every field that tools speak of.
#[rustfmt::skip]
const THINGS: &[&str] = &[
    "account", "accounts", "active", "activity", "actor", "ad", "added", "address", "admin", "advanced", "advertiser",
    "advisory", "agenda", "agent", "ai", "air", "airline", "airport", "aks", "album", "all", "amount", "analysis",
    "analytics", "and", "android", "anime", "api", "app", "apple", "application", "approval", "area", "army",
    "article", "artist", "aspect", "asset", "attendance", "attendee", "attribute", "audio", "author", "auto",
    "availability", "available", "average", "aws", "azure", "background", "badge", "balance", "bank", "basic",
    "basket", "battery", "beach", "billing", "binary", "bio", "bird", "bitcoin", "blob", "blockchain", "blog", "board",
    "body", "border", "bot", "box", "brain", "brand", "breakpoint", "bridge", "browser", "bucket", "budget", "bug",
    "bus", "business", "button", "by", "cache", "calendar", "camera", "campaign", "canvas", "capacity", "car", "card",
    "care", "cargo", "case", "catalog", "catalogue", "category", "cell", "center", "centre", "certificate", "chain",
    "changelog", "channel", "chapter", "character", "chart", "checklist", "ci", "city", "claims", "class", "client",
    "clinic", "clock", "cloud", "cluster", "code", "codebase", "collection", "collections", "color", "colour",
    "column", "command", "commodity", "community", "company", "competitor", "compliance", "component", "computer",
    "conda", "condition", "config", "configuration", "connection", "connector", "console", "consumer", "contact",
    "container", "content", "context", "contract", "contributor", "control", "conversation", "cookie", "coordinate",
    "core", "cost", "country", "county", "coupon", "course", "cpu", "credential", "crime", "cron", "crypto",
    "cryptocurrency", "currency", "current", "cursor", "custom", "customer", "cve", "cves", "cycle", "daily", "darwin",
    "dashboard", "data", "database", "dataset", "datasource", "date", "day", "db", "dead", "deal", "death", "debt",
    "deck", "default", "desktop", "detail", "detailed", "dev", "developer", "device", "dhcp", "dictionary", "digital",
    "directory", "disaster", "disk", "distance", "dns", "doc", "docker", "document", "domain", "donor", "doorbell",
    "driver", "earning", "earnings", "earthquake", "economic", "economy", "ecs", "edge", "editor", "education", "eks",
    "election", "electric", "elevation", "employee", "employment", "endpoint", "energy", "engine", "ens", "ensemble",
    "entity", "entry", "env", "environment", "episode", "error", "essbase", "estate", "etf", "eth", "ethereum",
    "event", "evm", "exam", "execution", "expense", "expert", "extension", "external", "failure", "fear", "feature",
    "fiction", "field", "filesystem", "finance", "financial", "finding", "firewall", "firmware", "fitness", "fleet",
    "flight", "flood", "floor", "flow", "folder", "font", "food", "football", "for", "forecast", "foreign", "form",
    "forum", "framework", "free", "fuel", "full", "function", "fund", "fx", "gallery", "game", "garage", "garden",
    "gate", "gateway", "gcp", "gem", "gene", "general", "generator", "genre", "geo", "git", "global", "goal", "gold",
    "google", "gpu", "grade", "graph", "greed", "grid", "group", "guide", "guild", "habit", "harbor", "harbour",
    "hardware", "hash", "health", "heap", "heart", "hierarchy", "high", "historical", "history", "holiday", "home",
    "hospital", "host", "hotel", "hour", "hourly", "house", "hr", "html", "http", "hub", "human", "hurricane", "icon",
    "id", "idea", "identifier", "identity", "image", "in", "inbox", "incident", "income", "indicator", "individual",
    "industry", "inflation", "info", "infrastructure", "input", "insider", "instance", "instrument", "insurance",
    "int", "integration", "interest", "interface", "internal", "international", "intraday", "inventory", "investment",
    "investor", "ip", "issue", "issuer", "item", "jar", "java", "job", "jobs", "journal", "js", "json", "key",
    "keyboard", "keyword", "kind", "knowledge", "kobold", "kube", "kubernetes", "kusto", "lab", "lambda", "lamp",
    "language", "laptop", "large", "latency", "latest", "launchpad", "law", "layer", "layout", "lead", "leaderboard",
    "league", "leak", "ledger", "legal", "level", "lib", "library", "licence", "license", "line", "linked", "linux",
    "liquidity", "listing", "llm", "loan", "local", "location", "logger", "logging", "lottery", "lunch", "machine",
    "magazine", "mailbox", "main", "manager", "manifest", "manual", "margin", "marine", "market", "marketing",
    "marketplace", "material", "math", "mcp", "meal", "media", "medical", "meeting", "member", "memory", "mempool",
    "menu", "merchant", "meta", "metadata", "meter", "method", "metric", "microphone", "middleware", "migration",
    "mining", "ml", "mobile", "mode", "model", "module", "month", "monthly", "mood", "moon", "mortgage", "mountain",
    "mouse", "movie", "multi", "multiple", "museum", "music", "mutual", "my", "namespace", "national", "natural",
    "nav", "nearby", "neovim", "nested", "network", "news", "newsletter", "next", "nft", "night", "nixos", "nlp",
    "node", "nodejs", "notebook", "notes", "notification", "npm", "number", "nutrition", "oauth", "object", "octav",
    "of", "office", "official", "offline", "oil", "old", "on", "online", "op", "operating", "operator", "option",
    "options", "order", "org", "organisation", "organization", "origin", "os", "outage", "outbound", "output",
    "overall", "overview", "owner", "package", "packet", "page", "pages", "param", "parameter", "parent", "parking",
    "participant", "partner", "party", "passenger", "past", "patent", "path", "patient", "pattern", "payee", "payload",
    "payment", "peer", "pending", "people", "per", "perf", "performance", "period", "permission", "person", "personal",
    "pg", "phase", "phone", "photo", "php", "physical", "pipeline", "planet", "platform", "player", "playlist",
    "plugin", "pod", "podcast", "poem", "poi", "point", "policy", "pool", "popular", "port", "portal", "portfolio",
    "position", "postal", "pr", "premium", "prescription", "presence", "president", "previous", "price", "pricing",
    "primary", "privacy", "private", "pro", "problem", "processor", "procurement", "product", "production", "program",
    "programme", "project", "property", "protein", "protocol", "provider", "prs", "ps", "public", "publisher",
    "python", "qa", "quality", "quarter", "quarterly", "question", "queue", "quick", "quota", "race", "radar", "radio",
    "rain", "ranking", "rds", "reader", "realtime", "receipt", "recent", "recently", "recipe", "redis", "region",
    "regional", "registrar", "registry", "related", "relation", "remote", "repo", "repository", "research",
    "reservation", "resource", "response", "restaurant", "result", "retail", "retention", "revenue", "risk", "river",
    "road", "robot", "role", "roof", "room", "router", "row", "rss", "ruby", "rule", "runner", "running", "runtime",
    "safety", "salary", "sale", "sales", "sample", "sandbox", "satellite", "scene", "schema", "science", "scooter",
    "score", "screen", "sdk", "season", "seasonal", "seat", "secret", "sector", "security", "segment", "seller",
    "semantic", "sensor", "sentiment", "seo", "series", "server", "service", "session", "setting", "shared",
    "shareholder", "sheet", "shipment", "shipping", "shopping", "sidebar", "silver", "similar", "simple", "single",
    "site", "size", "skill", "sla", "slack", "smart", "sms", "snippet", "snow", "soccer", "social", "software", "soil",
    "sol", "solana", "solar", "sonar", "song", "sound", "spec", "species", "specific", "speech", "speed", "sport",
    "sports", "sprint", "sql", "ssh", "ssl", "standard", "state", "static", "station", "status", "stock", "storage",
    "storm", "story", "strategy", "street", "stress", "stripe", "student", "studio", "study", "sub", "subject",
    "subscriber", "subtask", "subtitle", "suite", "summary", "supported", "survey", "svg", "symbol", "system",
    "systems", "tab", "table", "tank", "target", "task", "tax", "taxi", "tcp", "team", "tech", "technical",
    "telemetry", "temperature", "template", "tenant", "term", "terminal", "terraform", "terrain", "the", "theater",
    "theme", "theory", "thermostat", "thread", "threat", "ticker", "ticket", "tide", "tier", "time", "timeline",
    "timer", "timezone", "tls", "todo", "token", "tool", "topic", "tops", "total", "tour", "tournament", "town",
    "traffic", "trail", "trailer", "transaction", "transcript", "transit", "treasury", "tree", "trend", "trending",
    "trial", "trip", "truck", "tv", "udp", "ui", "unit", "universe", "university", "unread", "upcoming", "upstream",
    "uptime", "url", "usage", "usb", "user", "utility", "utxo", "validator", "value", "variable", "vector", "vehicle",
    "vendor", "venue", "version", "video", "village", "vim", "virtual", "visa", "visitor", "vm", "voltage", "volume",
    "vpc", "vpn", "vulnerability", "wallet", "wan", "war", "warehouse", "warning", "weather", "web", "webhook",
    "website", "week", "weekly", "wellness", "wifi", "wiki", "windows", "wine", "work", "worker", "workflow",
    "workload", "workspace", "world", "xml", "yaml", "year", "yearly", "yield", "youtube", "zone",
];

#[cfg(test)]
mod tests {
    use super::super::name::words_of;
    use super::*;

    #[test]
    fn the_table_is_sorted_and_holds_no_verb() {
        assert!(THINGS.is_sorted_by(|left, right| left < right));
        for word in THINGS {
            assert_eq!(class(word), Class::Noun, "`{word}` is a verb elsewhere");
        }
    }

    #[test]
    fn verbs_that_no_table_lists_are_no_things() {
        for word in ["orders", "queries", "subscription", "deployment", "account", "dns", "weather"] {
            assert!(is_known(&words_of(word)[0]), "{word}");
        }
        for word in ["frobnicate", "bop", "zonk", "glorp", "boss"] {
            assert!(!is_known(&words_of(word)[0]), "{word}");
        }
    }
}
