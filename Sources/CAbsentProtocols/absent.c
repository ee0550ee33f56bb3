// Debian's static libcurl speaks protocols whose libraries Debian has no static form of (Kerberos, LDAP, RTMP) or that would bring megabytes
// for nothing (names that are not ASCII, Brotli, public suffixes). The agent is one static executable that speaks HTTP and HTTPS alone
// (CURLOPT_PROTOCOLS_STR), so these functions are linked in and never called, but idn2_check_version, which thereby says that it is not there.
//
// Only the agent's executable may link this: in a program with shared libraries it would take the real functions' place.
#define ABSENT(name) void *name(void); void *name(void) { return 0; }

// Kerberos: only with CURLAUTH_NEGOTIATE or a SOCKS proxy that wants it; we ask for neither.
ABSENT(gss_delete_sec_context)
ABSENT(gss_display_name)
ABSENT(gss_display_status)
ABSENT(gss_import_name)
ABSENT(gss_init_sec_context)
ABSENT(gss_inquire_context)
ABSENT(gss_release_buffer)
ABSENT(gss_release_name)
ABSENT(gss_unwrap)
ABSENT(gss_wrap)
extern void *GSS_C_NT_HOSTBASED_SERVICE;
void *GSS_C_NT_HOSTBASED_SERVICE;
// LDAP.
ABSENT(ldap_abandon_ext)
ABSENT(ldap_err2string)
ABSENT(ldap_free_urldesc)
ABSENT(ldap_get_attribute_ber)
ABSENT(ldap_get_dn_ber)
ABSENT(ldap_get_option)
ABSENT(ldap_init_fd)
ABSENT(ldap_memfree)
ABSENT(ldap_msgfree)
ABSENT(ldap_msgtype)
ABSENT(ldap_parse_result)
ABSENT(ldap_parse_sasl_bind_result)
ABSENT(ldap_pvt_url_scheme2proto)
ABSENT(ldap_result)
ABSENT(ldap_sasl_bind)
ABSENT(ldap_search_ext)
ABSENT(ldap_set_option)
ABSENT(ldap_start_tls)
ABSENT(ldap_unbind_ext)
ABSENT(ldap_url_parse)
ABSENT(ber_bvfree)
ABSENT(ber_free)
ABSENT(ber_memfree)
ABSENT(ber_memvfree)
ABSENT(ber_sockbuf_add_io)
// RTMP.
ABSENT(RTMP_Alloc)
ABSENT(RTMP_Close)
ABSENT(RTMP_Connect1)
ABSENT(RTMP_ConnectStream)
ABSENT(RTMP_Free)
ABSENT(RTMP_Init)
ABSENT(RTMP_Read)
ABSENT(RTMP_SetBufferMS)
ABSENT(RTMP_SetupURL)
ABSENT(RTMP_Write)
// The list of public suffixes: only for cookies, of which we keep none.
ABSENT(psl_builtin)
ABSENT(psl_free)
ABSENT(psl_get_version)
ABSENT(psl_is_cookie_domain_acceptable)
ABSENT(psl_latest)
// Names of hosts that are not ASCII: idn2_check_version says that there is no libidn2.
ABSENT(idn2_check_version)
ABSENT(idn2_free)
ABSENT(idn2_lookup_ul)
// Contents compressed with Brotli: only where one asks for it.
ABSENT(BrotliDecoderCreateInstance)
ABSENT(BrotliDecoderDecompressStream)
ABSENT(BrotliDecoderDestroyInstance)
ABSENT(BrotliDecoderGetErrorCode)
ABSENT(BrotliDecoderVersion)
