#include "project/unit.h"

#include <limits>
#include <utility>

namespace gilcheck::project {

namespace {

/// Decodes; a lone CR becomes LF, as Python's tokenizer has it and the grammar does not know.
/// Offsets stay as they are.
DecodedSource decode(std::string bytes) {
  DecodedSource out = decode_python_source(std::move(bytes));
  std::string& text = out.utf8;
  for (auto at = text.find('\r'); at != std::string::npos; at = text.find('\r', at + 1)) {
    if (at + 1 == text.size() || text[at + 1] != '\n') text[at] = '\n';
  }
  return out;
}

}  // namespace

Unit::Unit(FoundFile found, ModuleName name) : file_(std::move(found)), module_(std::move(name)) {
  key_ = HashStream()
             .add(file_.relative)
             .add(module_.dotted)
             .add(std::uint64_t{module_.is_package ? 1U : 0U})
             .finish();
}

void Unit::look_up(Cache* cache) {
  const StampResult result = stamp_of(file_.path);
  if (!result.ok()) {
    failure_ = result.error;
    return;
  }
  stamp_ = result.stamp;
  size_ = result.stamp.size;
  const Cache::Entry* entry = cache == nullptr ? nullptr : cache->find(key_);
  if (entry == nullptr || !entry->settled || entry->stamp != stamp_) return;
  entry_ = entry;
  content_ = entry->content;
  facts_ = entry->facts;
  known_ = true;
  cache->keep(key_, stamp_, true, false);
}

void Unit::read(Cache* cache, std::uint64_t limit) {
  ReadResult result = read_regular_file(file_.path, limit);
  if (!result.ok()) {
    failure_ = std::move(result.error);
    return;
  }
  stamp_ = result.stamp;
  settled_ = result.settled;
  content_ = hash_of(result.bytes);
  const Cache::Entry* entry = cache == nullptr ? nullptr : cache->find(key_);
  if (entry != nullptr && entry->content == content_) {
    entry_ = entry;
    facts_ = entry->facts;
    known_ = true;
    const bool news = entry->stamp != stamp_ || (settled_ && !entry->settled);
    cache->keep(key_, stamp_, settled_, news);
    return;
  }
  summarize(std::move(result.bytes), false);
  if (cache == nullptr) return;
  Cache::Entry fresh;
  fresh.stamp = stamp_;
  fresh.settled = settled_;
  fresh.content = content_;
  fresh.facts = facts_;
  cache->put(key_, std::move(fresh), analyzer::serialize(*summary_));
}

void Unit::need_summary(Cache* cache, std::uint64_t limit) {
  if (summary_ != nullptr || !known_) return;
  if (entry_ != nullptr && cache != nullptr) {
    if (const auto bytes = cache->summary(*entry_)) summary_ = analyzer::deserialize(*bytes);
    const bool ours = summary_ != nullptr && summary_->path == file_.relative &&
                      summary_->module == module_.dotted &&
                      summary_->is_package == module_.is_package;
    if (ours) return;
    summary_.reset();
  }
  // The index was sound and the summary is not: forget that the cache knows this file.
  entry_ = nullptr;
  known_ = false;
  ReadResult result = read_regular_file(file_.path, limit);
  if (!result.ok()) {
    failure_ = std::move(result.error);
    return;
  }
  content_ = hash_of(result.bytes);
  summarize(std::move(result.bytes), false);
  if (cache == nullptr) return;
  Cache::Entry fresh;
  fresh.stamp = result.stamp;
  fresh.settled = result.settled;
  fresh.content = content_;
  fresh.facts = facts_;
  cache->put(key_, std::move(fresh), analyzer::serialize(*summary_));
}

void Unit::take(std::string bytes) {
  size_ = bytes.size();
  content_ = hash_of(bytes);
  summarize(std::move(bytes), true);
}

void Unit::summarize(std::string bytes, bool keep_text) {
  const std::uint64_t size = bytes.size();
  DecodedSource decoded = decode(std::move(bytes));
  if (!decoded.usable) {
    failure_ = decoded.error;
    return;
  }
  if (decoded.utf8.size() > std::numeric_limits<std::uint32_t>::max() / 2) {
    failure_ = "is too large once decoded";
    return;
  }
  auto text = std::make_unique<SourceText>(std::move(decoded.utf8));
  summary_ = std::make_unique<analyzer::ModuleSummary>(
      analyzer::summarize(file_.relative, module_.dotted, module_.is_package, *text));
  facts_ = facts_of(*summary_, *text, size, std::move(decoded.error));
  known_ = true;
  if (keep_text) {
    std::call_once(source_once_, [&] { source_ = std::move(text); });
  }
}

const SourceText& Unit::source() const {
  std::call_once(source_once_, [&] {
    ReadResult result =
        read_regular_file(file_.path, std::numeric_limits<std::uint32_t>::max() / 2);
    if (!result.ok() || hash_of(result.bytes) != content_) changed_ = true;
    source_ = std::make_unique<SourceText>(
        result.ok() ? std::move(decode(std::move(result.bytes)).utf8) : std::string());
  });
  return *source_;
}

}  // namespace gilcheck::project
