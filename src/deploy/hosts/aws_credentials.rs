//! Credentials for S3: from the environment, or the file that Amazon's own programs share.
//!
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>

use std::path::PathBuf;

use rusty_s3::Credentials;

use crate::deploy::{DeployContext, Result, error};

/// Returns the credentials.
///
/// # Errors
/// If there are none.
pub(super) fn credentials(context: &DeployContext<'_>) -> Result<Credentials> {
    let variable = context.variable;
    if let (Some(key), Some(secret)) = (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY")) {
        return Ok(match variable("AWS_SESSION_TOKEN") {
            Some(token) => Credentials::new_with_token(key, secret, token),
            None => Credentials::new(key, secret),
        });
    }
    let home = || variable("HOME").or_else(|| variable("USERPROFILE")).map(PathBuf::from);
    let file = variable("AWS_SHARED_CREDENTIALS_FILE").map(PathBuf::from);
    let file = file.or_else(|| Some(home()?.join(".aws").join("credentials")));
    let profile = variable("AWS_PROFILE").unwrap_or_else(|| "default".to_owned());
    let text = file.and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
    of_profile(&text, &profile).ok_or_else(|| {
        error("there are no credentials for the bucket").help(
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, whatever the service; or write them \
             into `~/.aws/credentials`, and choose with AWS_PROFILE",
        )
    })
}

/// Returns the credentials of a profile in the text of the file.
fn of_profile(text: &str, profile: &str) -> Option<Credentials> {
    let mut is_in_profile = false;
    let (mut key, mut secret, mut token) = (None, None, None);
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';'])) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            is_in_profile = name.trim() == profile;
        } else if let Some((name, value)) = line.split_once('=').filter(|_| is_in_profile) {
            let value = Some(value.trim().to_owned());
            match name.trim() {
                "aws_access_key_id" => key = value,
                "aws_secret_access_key" => secret = value,
                "aws_session_token" => token = value,
                _ => {}
            }
        }
    }
    Some(match token {
        Some(token) => Credentials::new_with_token(key?, secret?, token),
        None => Credentials::new(key?, secret?),
    })
}

#[cfg(test)]
mod tests {
    use super::of_profile;

    #[test]
    fn profiles_of_the_shared_file_are_read() {
        let text = "# keys\n[default]\naws_access_key_id = A\naws_secret_access_key=B\n\n[other]\nregion = x\n\
                    aws_access_key_id = C\naws_secret_access_key = D=\naws_session_token = E\n";
        let found = of_profile(text, "default").unwrap();
        assert_eq!((found.key(), found.secret(), found.token()), ("A", "B", None));
        let found = of_profile(text, "other").unwrap();
        assert_eq!((found.key(), found.secret(), found.token()), ("C", "D=", Some("E")));
        assert!(
            of_profile(text, "none").is_none() && of_profile("[default]\naws_access_key_id = A", "default").is_none()
        );
    }
}
