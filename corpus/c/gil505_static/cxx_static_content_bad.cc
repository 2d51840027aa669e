// The static local is initialised once, whoever comes first; what is put into it later is not safe.
#include <pybind11/pybind11.h>
#include <string>
#include <unordered_map>

namespace py = pybind11;

static long
intern(const std::string &name)
{
    static std::unordered_map<std::string, long> ids = {{"", 0}};
    auto found = ids.find(name);
//               ^^^^^^^^^^^^^^ GIL505 gil-masked
    if (found != ids.end()) {
        return found->second;
    }
    long id = static_cast<long>(ids.size());
    ids.emplace(name, id);
    return id;
}

PYBIND11_MODULE(cxx_static_content, module, py::mod_gil_not_used())
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
{
    module.def("intern", &intern);
}
