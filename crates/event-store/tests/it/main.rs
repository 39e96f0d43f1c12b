//! The event store against real Postgres: the one that ships, and the oldest that is supported where it is there.
#![expect(clippy::disallowed_methods, reason = "nobody gives a test up and goes on with its connections")]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as the tests do")]

/// Makes two tests of each of these functions, one for each Postgres; the world they are given is on it.
macro_rules! on_each_postgres {
    ($($test:ident),+ $(,)?) => {
        mod newest {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test($crate::world::World::new().await).await;
            })+
        }
        mod oldest {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                // Only a machine with Debian's packages has it.
                if let Some(world) = $crate::world::World::on_the_oldest().await {
                    super::$test(world).await;
                }
            })+
        }
    };
}

mod batches;
mod commands;
mod contention;
mod given;
mod installing;
mod isolation;
mod ordering;
mod outages;
mod proxy;
mod reading;
mod sealing;
mod vault;
mod world;
