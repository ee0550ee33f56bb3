// curl_easy_setopt and curl_easy_getinfo take arguments of any type, which Swift cannot pass; one function a type.
#ifndef MUSTER_CCURL_H
#define MUSTER_CCURL_H
#include <curl/curl.h>

static const long muster_curlauth_basic = CURLAUTH_BASIC;

static inline CURLcode muster_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode muster_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}
/// libcurl copies the text, which may be NULL.
static inline CURLcode muster_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
/// For what libcurl does not copy: lists, buffers and what callbacks are given.
static inline CURLcode muster_curl_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}
/// CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION or CURLOPT_READFUNCTION.
static inline CURLcode muster_curl_set_callback(
    CURL *handle, CURLoption option, size_t (*callback)(char *, size_t, size_t, void *)) {
    return curl_easy_setopt(handle, option, callback);
}
/// A number of the last transfer; -1 where it is not known.
static inline curl_off_t muster_curl_offset(CURL *handle, CURLINFO info) {
    curl_off_t value = -1;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : -1;
}
static inline long muster_curl_long(CURL *handle, CURLINFO info) {
    long value = 0;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : 0;
}
#endif
