//! Another whole instance of the app, on the database and the bucket of one that runs.

use super::TestApp;
use cloakroom::server::Cloakroom;

/// Stop it with [`Instance::stop`] before the app that it belongs to ends.
pub struct Instance {
    pub url: String,
    pub set_up_link: Option<String>,
    handle: actix_web::dev::ServerHandle,
    task: tokio::task::JoinHandle<()>,
}

impl TestApp {
    pub async fn another_instance(&self) -> Instance {
        let cloakroom = Cloakroom::open(self.config_of_another()).await.expect("the instance opens");
        let (url, handle) = (format!("http://{}", cloakroom.address), cloakroom.handle());
        let set_up_link = cloakroom.set_up_link.clone();
        let task = tokio::spawn(async { cloakroom.run().await.expect("the instance runs") });
        Instance { url, set_up_link, handle, task }
    }
}

impl Instance {
    pub async fn stop(self) {
        self.handle.stop(false).await;
        self.task.await.expect("the instance ended well");
    }
}
