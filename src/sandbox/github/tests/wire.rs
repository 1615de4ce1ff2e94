//! Pages, files, redelivery, faults.

use super::*;

#[tokio::test]
async fn lists_come_in_pages() {
    let scene = Scene::new().await;
    let at = scene
        .world
        .open_issue("ada", "acme/shop", "title", "", &[])
        .expect("opened");
    for n in 0..65 {
        scene
            .world
            .comment("ada", at, &format!("comment {n}"))
            .expect("commented");
    }
    for (query, count, rels) in [
        ("", 30, &["next", "last"][..]),
        ("?page=3", 5, &["prev", "first"]),
        ("?per_page=100", 65, &[]),
        ("?per_page=500", 65, &[]),
        (
            "?per_page=20&page=2",
            20,
            &["prev", "next", "last", "first"],
        ),
    ] {
        let answer = scene
            .ask(
                Method::GET,
                &format!("/repos/acme/shop/issues/1/comments{query}"),
                Value::Null,
            )
            .await;
        assert_eq!(answer.json.as_array().map(Vec::len), Some(count), "{query}");
        let found: Vec<_> = answer
            .link
            .split("rel=\"")
            .skip(1)
            .map(|r| r.trim_end_matches(|c| "\", <".contains(c)))
            .collect();
        let found: Vec<_> = found
            .iter()
            .map(|r| r.split('"').next().unwrap_or_default())
            .collect();
        assert_eq!(found, rels, "{query}");
    }
}

#[tokio::test]
async fn failed_deliveries_are_listed_and_sent_again_under_their_guid() {
    let mut scene = Scene::new().await;
    for n in 0..3 {
        scene
            .world
            .open_issue("ada", "acme/shop", &format!("issue {n}"), "", &[])
            .expect("opened");
    }
    let mut guids = Vec::new();
    for status in [Some(202), Some(500), None] {
        let delivery = scene.deliveries.try_recv().expect("a webhook");
        scene.world.delivered(delivery.id, status);
        guids.push((delivery.id, delivery.guid));
    }
    let app = jwt(&scene.world, 600);
    let answer = scene
        .ask_as(
            &app,
            Method::GET,
            "/app/hook/deliveries?per_page=2",
            Value::Null,
        )
        .await;
    let statuses: Vec<_> = answer
        .json
        .as_array()
        .expect("a list")
        .iter()
        .map(|d| d["status_code"].clone())
        .collect();
    assert_eq!(statuses, [json!(0), json!(500)]);
    assert!(
        answer.link.contains(&format!("cursor={}", guids[1].0)),
        "{}",
        answer.link
    );
    let path = format!("/app/hook/deliveries/{}/attempts", guids[1].0);
    assert_eq!(
        scene
            .ask_as(&app, Method::POST, &path, Value::Null)
            .await
            .status,
        202
    );
    let again = scene.deliveries.try_recv().expect("sent again");
    assert_eq!((again.redelivery, &again.guid), (true, &guids[1].1));
    assert_ne!(again.id, guids[1].0);
}

#[tokio::test]
async fn files_come_in_base64_with_line_breaks() {
    let scene = Scene::new().await;
    let text = "approvals: 2\n".repeat(20);
    scene
        .world
        .put_file("acme/shop", ".github/rollcall.yml", Some(&text))
        .expect("there");
    let answer = scene
        .ask(
            Method::GET,
            "/repos/acme/shop/contents/.github/rollcall.yml",
            Value::Null,
        )
        .await;
    let content = answer.json["content"].as_str().expect("content");
    assert_eq!(content.lines().next().map(str::len), Some(60));
    let head = scene
        .ask(Method::GET, "/repos/acme/shop/commits/main", Value::Null)
        .await
        .json["sha"]
        .clone();
    let path = format!(
        "/repos/acme/shop/contents/.github?ref={}",
        head.as_str().expect("a sha")
    );
    let folder = scene.ask(Method::GET, &path, Value::Null).await;
    assert_eq!(folder.json[0]["path"], ".github/rollcall.yml");
}

#[tokio::test]
async fn faults_happen_as_often_as_asked() {
    let scene = Scene::new().await;
    let issues = "/repos/acme/shop/issues";
    let fault = |how| Fault {
        method: Some(Method::POST),
        path: "/issues".to_owned(),
        times: 1,
        how,
    };
    scene.world.fail(fault(How::CarryOutThenAnswer(502)));
    assert_eq!(
        scene
            .ask(Method::POST, issues, json!({"title": "made"}))
            .await
            .status,
        502
    );
    assert_eq!(scene.world.issues("acme/shop").expect("there").len(), 1);
    scene.world.fail(fault(How::Answer(
        403,
        vec![("retry-after".to_owned(), "60".to_owned())],
    )));
    assert_eq!(
        scene
            .ask(Method::POST, issues, json!({"title": "not made"}))
            .await
            .status,
        403
    );
    assert_eq!(
        scene
            .ask(Method::POST, issues, json!({"title": "made"}))
            .await
            .status,
        201
    );
    scene.world.fail(fault(How::Hang));
    let waiting = scene.ask(Method::POST, issues, json!({"title": "never"}));
    assert!(
        tokio::time::timeout(std::time::Duration::from_millis(20), waiting)
            .await
            .is_err()
    );
    let created = scene
        .world
        .requests()
        .into_iter()
        .filter(Request::creates_content);
    assert_eq!(
        created.map(|r| r.status).collect::<Vec<_>>(),
        [502, 403, 201, 0]
    );
}
