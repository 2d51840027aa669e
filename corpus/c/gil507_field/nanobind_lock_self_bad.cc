// Methods of a bound class change the object; nobody locks it.
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
//      ^^^^^^^^^^^^^^^^ GIL507 gil-masked
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
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
{
    nb::class_<Counter>(module, "Counter")
        .def(nb::init<>())
        .def("add", &Counter::add)
        .def("value", &Counter::value);
}
