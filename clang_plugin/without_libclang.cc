// The frontend of a program that was built without the headers of libclang: it loads nothing.

#ifndef GILCHECK_HAVE_LIBCLANG

#include "clang_plugin/clang_plugin.h"

namespace gilcheck::clang_plugin {

struct Frontend::Impl {};

Frontend::Frontend(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Frontend::~Frontend() = default;

std::unique_ptr<Frontend> Frontend::load(std::span<const std::string>, std::string& why) {
  why = "this program was built without the headers of libclang";
  return nullptr;
}
std::string Frontend::version() const {
  return "";
}
std::unique_ptr<Unit> Frontend::lower(const Job&, std::string& why) const {
  why = "there is no libclang";
  return nullptr;
}
bool Frontend::precompile(const Job&, const std::string&, std::vector<std::string>&,
                          std::string& why) const {
  why = "there is no libclang";
  return false;
}

}  // namespace gilcheck::clang_plugin

#endif
