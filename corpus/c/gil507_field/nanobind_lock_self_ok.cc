// nb::lock_self() has nanobind hold a critical section of the object around each method.
// flags: -DNB_FREE_THREADED
#include <nanobind/nanobind.h>

namespace nb = nanobind;

class Counter
{
public:
    long
    add(long amount)
    {
        value_ += amount;
        return value_;
    }
    long
    value() const
    {
        return value_;
    }

private:
    long value_ = 0;
};

NB_MODULE(nanobind_lock_self, module)
{
    nb::class_<Counter>(module, "Counter")
        .def(nb::init<>())
        .def("add", &Counter::add, nb::lock_self())
        .def("value", &Counter::value, nb::lock_self())
        .def(
            "add_from", [](Counter &self, const Counter &other) { self.add(other.value()); },
            nb::lock_self(), nb::arg("other").lock());
}
