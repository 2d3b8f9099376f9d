"""Prints what an installed Airflow says of its options, and of those of the providers beside it, as JSON.

`renamed` are names that Airflow still takes for another option, whose present name is said. A `sensitive` option may also be
given by a command or by a secrets backend, as the same name with `_cmd` or `_secret` at its end.
"""

import json

from airflow.configuration import conf
from airflow.version import version

described = {section: sorted(said["options"]) for section, said in conf.configuration_description.items()}
renamed = {f"{section}.{option}": f"{now[0]}.{now[1]}" for now, (section, option, _) in conf.deprecated_options.items()}
sensitive = sorted(f"{section}.{option}" for section, option in conf.sensitive_config_values)
print(
    json.dumps(
        {
            "version": version,
            "sections": {section: " ".join(options) for section, options in sorted(described.items())},
            "renamed": dict(sorted(renamed.items())),
            "sensitive": " ".join(sensitive),
        }
    )
)
