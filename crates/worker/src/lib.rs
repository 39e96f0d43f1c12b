//! What a worker is: read models, lease, fold, checkpoint, parking, rebuild.
