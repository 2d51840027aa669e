#pragma once
// File names as text: absolute native names for the system, relative ones with forward slashes for
// people. All functions are pure apart from asking the file system where links lead.

#include <string>
#include <string_view>

namespace gilcheck::project {

/// Absolute name without `.`, `..` and doubled slashes. A `..` behind a symbolic link is resolved
/// as the system would, as far as the path exists. Does not follow the last part if it is a link.
std::string absolute_path(std::string_view path, std::string_view base);
std::string current_directory();

/// Where links lead: an absolute name without any; `path` as it is if nothing of that name exists.
std::string real_path(const std::string& path);

/// The directory part of an absolute path; "/" for "/x" and for "/".
std::string_view parent_of(std::string_view path);
std::string_view last_part(std::string_view path);
/// `directory` + "/" + `name`, without doubling the slash of "/".
std::string join(std::string_view directory, std::string_view name);

/// Whether `path` is `directory` or lies below it; both absolute and normal.
bool is_within(std::string_view path, std::string_view directory);
/// `path` relative to `base`, with `..` where it lies outside; "." for `base` itself.
std::string relative_to(std::string_view path, std::string_view base);
/// The deepest directory that holds both.
std::string common_directory(std::string_view a, std::string_view b);

/// A path that can be shown and written anywhere: bytes that are not UTF-8, control characters and
/// backslashes become `\xHH`. Distinct paths stay distinct.
std::string displayable(std::string_view path);

}  // namespace gilcheck::project
