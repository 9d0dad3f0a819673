#pragma once
/* libyaml's event parser: the only YAML reader that keeps line and column and needs no Foundation. */
#include <yaml.h>
