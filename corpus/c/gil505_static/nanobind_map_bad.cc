// Lambdas bound with nanobind change a map of the module.
// flags: -DNB_FREE_THREADED
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <string>
#include <unordered_map>

namespace nb = nanobind;

static std::unordered_map<std::string, long> counts;

NB_MODULE(nanobind_map, module)
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
{
    module.def("count", [](const std::string &word) {
        return ++counts[word];
//               ^^^^^^^^^^^^ GIL505 gil-masked
    });
    module.def("forget", [](const std::string &word) { counts.erase(word); });
}
