//! One file a read model: its row, its fold, its queries.
