// The static local is initialised once and only read afterwards.
#include <pybind11/pybind11.h>
#include <string>
#include <unordered_map>

namespace py = pybind11;

static std::unordered_map<std::string, long>
load()
{
    std::unordered_map<std::string, long> ids;
    for (long i = 0; i < 10; i++) {
        ids.emplace(std::to_string(i), i);
    }
    return ids;
}

static long
intern(const std::string &name)
{
    static const std::unordered_map<std::string, long> ids = load();
    auto found = ids.find(name);
    return found == ids.end() ? -1 : found->second;
}

PYBIND11_MODULE(cxx_static_content, module, py::mod_gil_not_used())
{
    module.def("intern", &intern);
}
