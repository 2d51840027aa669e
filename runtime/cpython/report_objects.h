#pragma once
// Reports as Python objects: what docs/schema/races.schema.json describes.

#include <Python.h>

#include <cstdint>

namespace gilcheck::runtime {

/// A new list of dictionaries, of reports that got their severity after Detector::news() was
/// `since`; null with an exception.
PyObject* reports_since(std::uint64_t since);

}  // namespace gilcheck::runtime
