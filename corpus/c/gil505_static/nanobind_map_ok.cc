// An nb::ft_mutex guards the map.
// flags: -DNB_FREE_THREADED
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <string>
#include <unordered_map>

namespace nb = nanobind;

static nb::ft_mutex lock;
static std::unordered_map<std::string, long> counts;

NB_MODULE(nanobind_map, module)
{
    module.def("count", [](const std::string &word) {
        nb::ft_lock_guard guard(lock);
        return ++counts[word];
    });
    module.def("forget", [](const std::string &word) {
        nb::ft_lock_guard guard(lock);
        counts.erase(word);
    });
}
